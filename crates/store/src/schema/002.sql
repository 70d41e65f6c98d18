-- What the service desk and legal time need; each section is of one noun.

-- lists: the inbox of whoever holds many posts

-- mailbox: what came by mail

-- notices: preferences, mail and the links to rate

-- letters: the correspondence desk

-- handling: what binds cases to one another and to people

-- desk: saved views, drafts and ready answers

-- knowledge: solutions

//! The printed manual and its forms: the room where they will be set as PDF.

//! What browser and merchant server say to each other.

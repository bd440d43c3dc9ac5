//! The frame host: serves loader, frame, styles and marks.

//! Templates, components, forms and assets of every page

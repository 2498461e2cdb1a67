"""The look of every screen: page, form, language, layout, components."""

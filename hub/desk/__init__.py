"""The pages that people use. Here so far: what every page stands on, the kit.

`kit.install_kit` prepares a Flask application for it; `templates/base.html` is the page around a page, and
`templates/_kit.html` has one macro for each pattern. A page is a template of its own:

    {% extends "base.html" %}
    {% import "_kit.html" as kit %}
    {% block title %}{{ _("Travaux") }}{% endblock %}
    {% block content %}{{ kit.page_title(_("Travaux")) }}…{% endblock %}

Sentences are in French in the source and in English in `translations/`; `make translations` gathers them. Nothing is
inline: no style and no script in a template, as the Content-Security-Policy of `headers` asks.
"""

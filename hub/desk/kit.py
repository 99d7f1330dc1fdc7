"""What an application needs for the pages of the desk: templates, sentences in two languages, static files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from flask import Blueprint, Flask, Response, g, render_template
from flask_babel import Babel
from werkzeug.local import LocalProxy

from hub.desk import figures, formats, static_files
from hub.desk.frame import Frame
from hub.desk.headers import PAGE_HEADERS

_FOLDER = Path(__file__).parent
# 11/21/26 of American English would be read as a day and a month.
LOCALES = {"fr": "fr", "en": "en_GB"}

blueprint = Blueprint("desk_kit", __name__, template_folder="templates")


def install_kit(app: Flask, get_frame: Callable[[], Frame]) -> None:
    """Let `app` render templates on `base.html` and `_kit.html`. `get_frame` is asked once a request at most."""

    def current_frame() -> Frame:
        if "desk_frame" not in g:
            g.desk_frame = get_frame()
        frame: Frame = g.desk_frame
        return frame

    Babel(
        app,
        default_locale="fr",
        default_translation_directories=str(_FOLDER / "translations"),
        locale_selector=lambda: LOCALES[current_frame().language],
    )
    app.register_blueprint(blueprint)
    app.register_blueprint(static_files.blueprint)
    # A macro that is imported sees globals only, so the frame is one that asks for the present request's.
    app.jinja_env.globals.update(
        frame=LocalProxy(current_frame),
        asset=static_files.build_asset_url,
        draw_bars=figures.draw_bars,
        draw_radar=figures.draw_radar,
        draw_circle=figures.draw_circle,
        draw_steps=figures.draw_steps,
    )
    app.jinja_env.filters.update(
        day=formats.format_day,
        weekday=formats.format_weekday,
        clock=partial(_in_zone, formats.format_time, current_frame),
        moment=partial(_in_zone, formats.format_moment, current_frame),
        phone=formats.format_phone,
    )


def _in_zone(write: Callable[[datetime, str], str], current_frame: Callable[[], Frame], value: datetime) -> str:
    return write(value, current_frame().zone)


def render_page(template: str, status: int = 200, **values: object) -> Response:
    """`template` as the answer of a view, with the headers of a page."""
    return Response(render_template(template, **values), status, PAGE_HEADERS, content_type="text/html; charset=utf-8")

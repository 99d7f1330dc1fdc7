"""Put what was typed back into the form of a page, once its author has signed in again. Pure: HTML in, HTML out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html

PRESSED = "bouton-choisi"
_NEVER_SET = ("hidden", "submit", "button", "image", "reset", "password", "file")
# Hidden fields that change from one page to the next, so that they tell no two forms apart.
_CHANGING = frozenset({"csrf", "version"})


@dataclass(frozen=True)
class Refilled:
    """A form that was filled again. `pressed`: the words on the button that was pressed, "" where it cannot be told."""

    form: html.HtmlElement
    pressed: str


def parse_page(page: str) -> html.HtmlElement:
    """Return a page as a tree."""
    return html.document_fromstring(page)


def print_page(tree: html.HtmlElement) -> str:
    """Return a tree as a page."""
    return str(html.tostring(tree, encoding="unicode", doctype="<!doctype html>"))


def refill(tree: html.HtmlElement, here: str, action: str, fields: Sequence[tuple[str, str]]) -> Refilled | None:
    """Fill the form of the page `here` that sends to the path `action`, and give its pressed button the id `PRESSED`.

    Returns None, and changes nothing, where the page has no such form: none sends there, none has a field of what was typed, or
    its hidden fields speak of something else."""
    for form in tree.xpath("//main//form[@method='post']"):
        buttons = [button for button in _list_buttons(form, here) if button[1] == action]
        if buttons and _is_same(form, fields):
            _fill(form, fields)
            return Refilled(form, _press([button for button, _ in buttons], fields))
    return None


def insert_notice(tree: html.HtmlElement, fragment: str) -> None:
    """Put the elements of `fragment` at the head of the content of a page, after its breadcrumbs."""
    [main] = tree.xpath("//main")
    first = len(main.xpath("./nav"))
    for place, element in enumerate(html.fragments_fromstring(fragment, no_leading_text=True), first):
        main.insert(place, element)


def _list_buttons(form: html.HtmlElement, here: str) -> list[tuple[html.HtmlElement, str]]:
    """The buttons that send a form, each with the path that it sends to."""
    own = form.get("action") or here
    buttons = form.xpath(".//button[not(@type) or @type='submit'][not(@tabindex='-1')]")
    return [(button, urlsplit(button.get("formaction") or own).path) for button in buttons]


def _list_controls(form: html.HtmlElement) -> list[html.HtmlElement]:
    controls = form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]")
    return [control for control in controls if control.get("type", "") not in _NEVER_SET]


def _is_same(form: html.HtmlElement, fields: Sequence[tuple[str, str]]) -> bool:
    hidden = [
        (each.get("name"), each.get("value", ""))
        for each in form.xpath(".//input[@type='hidden'][@name]")
        if each.get("name") not in _CHANGING
    ]
    names = {control.get("name") for control in _list_controls(form)}
    return all(pair in fields for pair in hidden) and any(name in names for name, _ in fields)


def _fill(form: html.HtmlElement, fields: Sequence[tuple[str, str]]) -> None:
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    for control in _list_controls(form):
        answers = values.get(control.get("name"), [])
        if control.tag == "select":
            for option in control.iter("option"):
                _set_flag(option, "selected", option.get("value", option.text or "") in answers)
        elif control.get("type") in ("checkbox", "radio"):
            _set_flag(control, "checked", control.get("value", "on") in answers)
        elif answers and control.tag == "textarea":
            # A browser leaves the first line break of a text out.
            control.text = "\n" + answers.pop(0)
        elif answers:
            control.set("value", answers.pop(0))


def _set_flag(element: html.HtmlElement, name: str, is_set: bool) -> None:
    if is_set:
        element.set(name, name)
    else:
        element.attrib.pop(name, None)


def _press(buttons: list[html.HtmlElement], fields: Sequence[tuple[str, str]]) -> str:
    fitting = [button for button in buttons if (button.get("name", ""), button.get("value", "")) in fields]
    if len(fitting) != 1:
        return ""
    fitting[0].set("id", PRESSED)
    words = fitting[0].xpath("string(.)") if not fitting[0].xpath(".//kbd") else fitting[0].text or ""
    return " ".join(str(words).split())

"""What was typed is put back into the form that it was typed in, whatever its fields, and into no other."""

from __future__ import annotations

from lxml import html

from hub.desk.refill import parse_page, print_page, refill

_FORM = """<form method="post" action="{action}">
<input type="hidden" name="csrf" value="t"><input type="hidden" name="ligne" value="{row}">
<button class="visually-hidden" name="suite" tabindex="-1" aria-hidden="true">Entrée</button>
<textarea name="texte">
</textarea><input name="quand" type="text"><input name="mot_de_passe" type="password"><input name="piece" type="file">
<select name="qui"><option value="">Choisir</option><option value="a" selected>A</option><option value="b">B</option></select>
<input type="checkbox" name="lu" value="oui" checked>
<input type="radio" name="ton" value="x" checked><input type="radio" name="ton" value="y">
<input name="ligne2"><input name="ligne2">
<button class="btn" name="suite" value="garder">Garder</button>
<button name="suite" value="envoyer">Envoyer <kbd>Ctrl</kbd></button>
<button name="suite" formaction="/ailleurs">Ailleurs</button></form>"""
_PAGE = (
    '<!doctype html>\n<html lang="fr"><head><title>x</title></head><body><main>'
    + "".join(_FORM.format(action="/essai", row=row) for row in "12")
    + "</main></body></html>"
)
_TYPED = [
    ("csrf", "former"), ("ligne", "2"), ("texte", "\nSes mots : « oui » <b>"), ("quand", "14 juin"), ("qui", "b"), ("ton", "y"),
    ("ligne2", "un"), ("ligne2", "deux"), ("mot_de_passe", "x"), ("suite", "envoyer"),
]  # fmt: skip


def read_values(form: html.HtmlElement) -> list[tuple[str, str | None]]:
    return [(name, value) for name, value in form.form_values() if name not in ("csrf", "ligne")]


def test_every_kind_of_field_comes_back_in_its_own_row() -> None:
    tree = parse_page(_PAGE)
    refilled = refill(tree, "/here", "/essai", _TYPED)
    assert refilled is not None
    assert refilled.pressed == "Envoyer"
    first, second = html.document_fromstring(print_page(tree)).xpath("//form")
    assert second.xpath(".//button[@id='bouton-choisi']/@value") == ["envoyer"]
    assert read_values(first) == read_values(html.document_fromstring(_PAGE).xpath("//form")[0])
    # The first line break after the tag is the template's: a browser leaves it out.
    assert second.xpath("string(.//textarea)") == "\n\nSes mots : « oui » <b>"
    assert second.xpath("string(.//input[@type='password']/@value)") == ""
    values = dict(read_values(second))
    assert (values["quand"], values["qui"], values["ton"], "lu" in values) == ("14 juin", "b", "y", False)
    assert [value for name, value in read_values(second) if name == "ligne2"] == ["un", "deux"]


def test_no_other_form_is_filled() -> None:
    page = html.tostring(parse_page(_PAGE))
    for action, fields in (
        ("/nothing", _TYPED),
        ("/essai", [("ligne", "3"), ("texte", "x")]),
        ("/essai", [("ligne", "1"), ("autre", "x")]),
    ):
        tree = parse_page(_PAGE)
        assert refill(tree, "/here", action, fields) is None
        assert html.tostring(tree) == page


def test_a_button_with_an_address_of_its_own_names_the_form() -> None:
    refilled = refill(parse_page(_PAGE), "/here", "/ailleurs", [("ligne", "1"), ("texte", "x"), ("suite", "")])
    assert refilled is not None
    assert refilled.pressed == "Ailleurs"


def test_where_two_buttons_are_alike_none_is_said_to_be_pressed() -> None:
    page = _PAGE.replace('value="envoyer"', 'value="garder"')
    refilled = refill(parse_page(page), "/here", "/essai", [("ligne", "1"), ("texte", "x"), ("suite", "garder")])
    assert refilled is not None
    assert refilled.pressed == ""

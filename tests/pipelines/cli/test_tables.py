"""Tables where there is no terminal."""

from pipelines.cli.tables import Table, plain, show


def test_a_table_is_tab_separated_lines_under_its_title():
    table = Table("T", ("a", "b"), [(1, None), (("x", "y"), "")])
    assert ["# T", "a\tb", "1\t-", "x, y\t-"] == list(plain(table))


def test_a_cell_cannot_break_its_line_or_command_the_terminal():
    table = Table("", ("a",), [("x\ty\n\x1b[2J",), (("\x9b",),)])
    assert ["a", "x y �[2J", "�"] == list(plain(table))


def test_elsewhere_than_on_a_terminal_it_is_plain(capsys):
    show(Table("", ("a",), [("[bold]x[/bold]",)]))
    assert "a\n[bold]x[/bold]\n" == capsys.readouterr().out


def test_on_a_terminal_it_is_ruled_and_what_looks_like_markup_is_shown_as_it_is(capsys, monkeypatch):
    monkeypatch.setattr("pipelines.cli.tables.on_terminal", lambda: True)
    show(Table("T", ("a",), [("[bold]x[/bold]",)]))
    out = capsys.readouterr().out
    assert "[bold]x[/bold]" in out
    assert "─" in out

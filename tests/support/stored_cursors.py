"""The cursors in a shard's state, by whatever cells they lie in."""

from connectors.steps.cursor_cells import CursorsCoder


def cursors_in(state):
    """The cursors by feed id; of what `ByHand.state` gives."""
    cells = [stored for name, stored in state.items() if name.startswith("cursors")]
    return {feed: cursor for stored in cells for feed, cursor in CursorsCoder().decode(stored).items()}


def as_one_cell(checkpoint, cursors):
    """A checkpoint in which the cursors lie as they did before there were sixteen cells, and no stamp."""
    stored, timers = checkpoint
    whole = {of: CursorsCoder().encode(cursors) for of in stored if of[1].name == "cursors"}
    gone = {of: None for of in stored if of[1].name == "stamp" or of[1].name.startswith("cursors_")}
    return {**stored, **gone, **whole}, timers

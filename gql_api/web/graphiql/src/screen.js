// A narrow screen, as page.css lays it out: everything below one another, panels over the editors.

export const isNarrow = window.matchMedia('(max-width: 720px)').matches;

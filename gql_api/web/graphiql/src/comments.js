// Comment lines are wrapped to what the editor shows of a line on a small screen.

export const WIDTH = 38;

function wrappedLine(line) {
  const lines = ['#'];
  for (const word of line.slice(1).trim().split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== '#' && last.length + 1 + word.length > WIDTH) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}

export function withWrappedComments(document) {
  return document.replaceAll(/^#.{38,}$/gm, wrappedLine);
}

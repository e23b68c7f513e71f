// The example operations: what the tests send, bundled when the page is built.
//
// `plan_progress.graphql` becomes the entry "Plan progress"; `plan_progress.variables.json` beside it, if there is one,
// fills the variables. Leading comment lines are its description.

const documents = import.meta.glob('../../../../tests/documents/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const variables = import.meta.glob('../../../../tests/documents/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

function titled(path) {
  const words = path.split('/').pop().replace(/\.graphql$/, '').replaceAll(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const examples = Object.keys(documents)
  .sort()
  .map((path) => ({
    title: titled(path),
    isMutation: /^mutation\b/m.test(documents[path]),
    query: documents[path].trim() + '\n',
    variables: variables[path.replace(/\.graphql$/, '.variables.json')]?.trim() ?? '',
  }));

export const welcome = `# Which courses transfer, what a
# program requires, how far a plan is.
#
# Run: the button, or Ctrl-Enter
# Build: the explorer on the left
# Learn: Examples, at the top right
#
# Tokens go under Headers below and
# are never stored:
#   { "X-Plan-Token": "…" }
#   { "X-Admin-Token": "…" }

query Welcome {
  institutions(first: 5) {
    edges {
      node {
        id
        name
        abbreviation
      }
    }
  }
}
`;

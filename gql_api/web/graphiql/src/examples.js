// The example operations: what the tests send, bundled when the page is built.
//
// `plan_progress.graphql` becomes the entry "Plan progress"; `plan_progress.variables.json` beside it, if there is one,
// fills the variables. Leading comment lines are its description. Their order in the menu: order.js.

import { withWrappedComments } from './comments.js';
import { ordered } from './order.js';

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

const FOLDER = '../../../../tests/documents';
const names = Object.keys(documents).map((path) => path.split('/').pop().replace(/\.graphql$/, ''));

function titled(name) {
  const words = name.replaceAll(/[-_]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function example(name) {
  const document = documents[`${FOLDER}/${name}.graphql`].trim();
  const [, kind, operation] = /^(query|mutation|subscription)\s+(\w+)/m.exec(document);
  return {
    title: titled(name),
    operation,
    isMutation: kind === 'mutation',
    query: withWrappedComments(document) + '\n',
    variables: variables[`${FOLDER}/${name}.variables.json`]?.trim() ?? '',
  };
}

export const examples = ordered(names).map(example);

export const welcome = `# Which courses transfer, what a
# program requires, how far a plan is.
#
# Run: the button, or Ctrl-Enter
# Build: the explorer (folder icon)
# Learn: Examples at the top right
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

// How the editors show their text, and which of them one types into.

import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

import { isNarrow } from './screen.js';

// Long lines wrap, so that nothing is hidden behind the edge; on a narrow screen the text needs the numbers' place too.
const OPTIONS = { wordWrap: 'on', wrappingIndent: 'deepIndent', fontSize: 14 };
const NARROW = { lineNumbers: 'off', folding: false, lineDecorationsWidth: 4, fontSize: 13 };

function useOptionsOf(editor) {
  useEffect(() => editor?.updateOptions(isNarrow ? { ...OPTIONS, ...NARROW } : OPTIONS), [editor]);
}

// One can type and press Ctrl-Enter at once; otherwise the explorer would select one of its inputs. On a narrow screen
// the keyboard would come up and cover half of the page.
function useFocusOf(editor) {
  useEffect(() => {
    if (!isNarrow) editor?.focus();
  }, [editor]);
}

export function useEditorOptions() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  useOptionsOf(queryEditor);
  useFocusOf(queryEditor);
  useOptionsOf(useGraphiQL((state) => state.variableEditor));
  useOptionsOf(useGraphiQL((state) => state.headerEditor));
  useOptionsOf(useGraphiQL((state) => state.responseEditor));
}

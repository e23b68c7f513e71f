// The menu of example operations. Choosing one opens it in a new tab, so that nothing that was typed is lost.

import { DropdownMenu, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';

import { useEditorOptions } from './editor_options.js';
import { useMeasuredFonts } from './measured_fonts.js';

// Which of the panes below the editor is open is GraphiQL's own state, which only its buttons change.
function showVariables() {
  document.querySelector('.graphiql-editor-tools [data-name="variables"]')?.click();
}

export function ExamplesMenu({ examples }) {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const [chosen, setChosen] = useState(null);
  useMeasuredFonts();
  useEditorOptions();

  // The new tab is the active one only after the next rendering, and the editors appear some time after the page:
  // they are filled when both are so.
  useEffect(() => {
    if (chosen === null || chosen.tab === activeTabIndex || !queryEditor || !variableEditor) return;
    queryEditor.setValue(chosen.example.query);
    variableEditor.setValue(chosen.example.variables);
    if (chosen.example.variables) showVariables();
    setChosen(null);
  }, [chosen, activeTabIndex, queryEditor, variableEditor]);

  if (examples.length === 0) return null;
  return (
    <DropdownMenu>
      <DropdownMenu.Button className="examples-button">
        Examples <span aria-hidden="true">▾</span>
      </DropdownMenu.Button>
      <DropdownMenu.Content className="examples-content" align="end">
        {examples.map((example) => (
          <DropdownMenu.Item
            key={example.title}
            onSelect={() => {
              setChosen({ example, tab: activeTabIndex });
              addTab();
            }}
          >
            {example.title}
            {example.isMutation && <span className="examples-kind">mutation</span>}
          </DropdownMenu.Item>
        ))}
      </DropdownMenu.Content>
    </DropdownMenu>
  );
}

// GraphiQL with the explorer plugin and a menu of example operations.

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { examples, welcome } from './examples.js';
import { ExamplesMenu } from './examples_menu.jsx';
import { fetcher } from './fetcher.js';
import { isNarrow } from './screen.js';
import { openTab, storage } from './storage.js';

const plugins = [explorerPlugin({ showAttribution: false })];
const tab = openTab();
// On a narrow screen the explorer covers the editors: it opens when it is asked for.
if (isNarrow) storage.removeItem('graphiql:visiblePlugin');

createRoot(document.getElementById('page')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    visiblePlugin={isNarrow ? undefined : plugins[0]}
    defaultQuery={welcome}
    initialQuery={tab?.query ?? undefined}
    initialVariables={tab?.variables ?? undefined}
    defaultEditorToolsVisibility={tab?.variables ? 'variables' : 'headers'}
    inputValueDeprecation
    schemaDescription
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
    storage={storage}
  >
    <GraphiQL.Logo>
      <ExamplesMenu examples={examples} />
    </GraphiQL.Logo>
  </GraphiQL>,
);

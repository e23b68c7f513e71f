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
import { storage } from './storage.js';

const plugins = [explorerPlugin({ showAttribution: false })];

createRoot(document.getElementById('page')).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    visiblePlugin={plugins[0]}
    defaultQuery={welcome}
    defaultEditorToolsVisibility="headers"
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

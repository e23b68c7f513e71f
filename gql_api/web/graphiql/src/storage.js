// What the page remembers. Headers carry tokens and variables carry plan codes: neither is ever stored.
//
// The look of the page (theme, open plugin, sizes) is kept for next time. The documents of the tabs are kept until the
// browser's tab is closed, without their headers and variables; those of an example are known and come back with it.
// Everything else lives as long as the page.

import { examples } from './examples.js';

const LOOK = /^graphiql:(theme|visiblePlugin|\w+Flex)$/;
const TABS = 'graphiql:tabState';
const memory = new Map();

function area(key) {
  if (LOOK.test(key)) return window.localStorage;
  return key === TABS ? window.sessionStorage : null;
}

function withoutSecrets(text) {
  const state = JSON.parse(text);
  const tabs = state.tabs.map((tab) => ({ ...tab, headers: null, variables: null, response: null }));
  return JSON.stringify({ ...state, tabs });
}

function variablesOf(tab) {
  return examples.find((example) => example.operation === tab.operationName)?.variables || null;
}

function storedTabs() {
  try {
    const state = JSON.parse(window.sessionStorage.getItem(TABS));
    return { ...state, tabs: state.tabs.map((tab) => ({ ...tab, variables: variablesOf(tab) })) };
  } catch {
    return null; // nothing stored, or not by us
  }
}

// The tab that was open when the page was left; null on a first visit. GraphiQL restores the text of the active tab by
// itself only where that is the first one, and shows an empty editor otherwise: it must be told.
export function openTab() {
  const state = storedTabs();
  return state?.tabs[state.activeTabIndex] ?? null;
}

// The sizes until somebody drags them: on a laptop the explorer leaves the editor the width of its comments.
const SIZES = new Map([
  ['graphiql:docExplorerFlex', '0.28'],
  ['graphiql:editorFlex', '1.2'],
]);

function read(key) {
  if (key !== TABS) return area(key)?.getItem(key) ?? memory.get(key) ?? SIZES.get(key) ?? null;
  const state = storedTabs();
  return state && JSON.stringify(state);
}

export const storage = {
  getItem: read,
  setItem: (key, value) => {
    const kept = area(key);
    if (kept) kept.setItem(key, key === TABS ? withoutSecrets(value) : value);
    else memory.set(key, value);
  },
  removeItem: (key) => {
    area(key)?.removeItem(key);
    memory.delete(key);
  },
  clear: () => {
    memory.clear();
    window.sessionStorage.removeItem(TABS);
    for (const key of Object.keys(window.localStorage)) if (LOOK.test(key)) window.localStorage.removeItem(key);
  },
  get length() {
    return memory.size;
  },
};

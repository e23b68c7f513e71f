// What the page remembers. Headers carry tokens and variables carry plan codes: neither is ever stored.
//
// The look of the page (theme, open plugin, sizes) is kept for next time. The documents of the tabs are kept until the
// browser's tab is closed, without their headers and variables. Everything else lives as long as the page.

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

export const storage = {
  getItem: (key) => area(key)?.getItem(key) ?? memory.get(key) ?? null,
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

// Sends an operation to the address of this page and returns what comes back, errors with any status included.

export async function fetcher({ query, operationName, variables }, { headers } = {}) {
  const response = await fetch(window.location.pathname, {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json',
      'Content-Type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ query, operationName, variables }),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  return response.json();
}

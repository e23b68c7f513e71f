// Runs the server audit of the npm package graphql-http against an address and prints its results as JSON.

import { createRequire } from 'node:module';

const require = createRequire(new URL('../../gql_api/web/graphiql/package.json', import.meta.url));
const { auditServer } = require('graphql-http');

const results = await auditServer({ url: process.argv[2] });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));

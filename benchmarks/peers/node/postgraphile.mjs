// PostGraphile 5 with its Amber preset over the benchmark's database, as its documentation sets it up.
// CONFIG is JSON: {"host", "port", "user", "dbname", "password"}; prints its port once it listens on loopback.
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { poolConfig } from "./pool.mjs";

const preset = {
  extends: [PostGraphileAmberPreset],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // it would hide the children of a requirement
  pgServices: [makePgService({ poolConfig, schemas: ["public"] })],
  grafast: { explain: false },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: false },
};
const instance = postgraphile(preset);
const server = createServer();
await instance.createServ(grafserv).addTo(server);
if (process.argv[2] === "--schema") {
  const { printSchema } = await import("graphql");
  console.log(printSchema(await instance.getSchema()));
  await instance.release();
} else {
  server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
  process.on("SIGTERM", () => process.exit(0));
}

// The connections of a peer: as many as every other server of the benchmark has.
const parts = JSON.parse(process.env.CONFIG);

export const poolConfig = {
  host: parts.host || undefined,
  port: parts.port ? Number(parts.port) : undefined,
  user: parts.user,
  database: parts.dbname,
  password: parts.password || undefined,
  max: Number(process.env.POOL_SIZE),
};

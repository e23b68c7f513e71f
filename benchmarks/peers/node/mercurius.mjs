// Mercurius on Fastify: plain resolvers for the roots, a loader for every edge, graphql-jit, node-postgres with
// prepared statements. CONFIG and POOL_SIZE as in pool.mjs; prints its port once it listens on loopback.
import { readFileSync } from "node:fs";
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import { poolConfig } from "./pool.mjs";

pg.types.setTypeParser(20, Number); // bigint: our keys are small enough
const pool = new pg.Pool(poolConfig);
const query = async (name, text, values) => (await pool.query({ name, text, values })).rows;

const COURSE = `id, code, title, description, credits_min AS "creditsMin", credits_max AS "creditsMax", level,
  department, subject`;

// One row per key, in the order of the keys.
const one = (name, text, key) => ({
  loader: async (queries) => {
    const keys = queries.map(({ obj }) => obj[key]);
    const rows = await query(name, text, [[...new Set(keys)]]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return keys.map((value) => found.get(value) ?? null);
  },
  opts: { cache: false },
});
// All rows whose `owner` is the key, in the order of the statement.
const many = (name, text) => ({
  loader: async (queries) => {
    const found = new Map(queries.map(({ obj }) => [obj.id, []]));
    for (const row of await query(name, text, [[...found.keys()]])) found.get(row.owner).push(row);
    return queries.map(({ obj }) => found.get(obj.id));
  },
  opts: { cache: false },
});
const course = (name) => one(name, `SELECT ${COURSE} FROM courses WHERE id = ANY($1)`, "courseId");

const loaders = {
  Course: {
    equivalencies: many(
      "rules",
      `SELECT s.course_id AS owner, e.id, e.outcome, e.strength FROM equivalency_sources s
       JOIN equivalencies e ON e.id = s.equivalency_id WHERE s.course_id = ANY($1) ORDER BY e.id`,
    ),
  },
  Equivalency: {
    targets: many(
      "awards",
      `SELECT equivalency_id AS owner, id, kind, credits, course_id AS "courseId" FROM equivalency_awards
       WHERE equivalency_id = ANY($1) ORDER BY equivalency_id, position`,
    ),
  },
  Award: { course: course("target") },
  Program: {
    currentVersion: {
      loader: async (queries) => {
        const rows = await query(
          "current",
          `SELECT id, program_id AS "programId" FROM program_versions WHERE program_id = ANY($1) AND is_current`,
          [queries.map(({ obj }) => obj.id)],
        );
        const found = new Map(rows.map((row) => [row.programId, row]));
        return queries.map(({ obj }) => found.get(obj.id) ?? null);
      },
      opts: { cache: false },
    },
  },
  Version: {
    program: one(
      "program",
      `SELECT id, name, degree_type AS "degreeType" FROM programs WHERE id = ANY($1)`,
      "programId",
    ),
    requirements: many(
      "tops",
      `SELECT version_id AS owner, id, key, name, min_courses AS "minCourses" FROM requirements
       WHERE version_id = ANY($1) AND parent_id IS NULL ORDER BY position`,
    ),
  },
  Requirement: {
    children: many(
      "children",
      `SELECT parent_id AS owner, id, key, name, min_courses AS "minCourses" FROM requirements
       WHERE parent_id = ANY($1) ORDER BY position`,
    ),
    options: many(
      "options",
      `SELECT requirement_id AS owner, id, course_code AS code, course_id AS "courseId" FROM requirement_options
       WHERE requirement_id = ANY($1) ORDER BY requirement_id, position`,
    ),
  },
  Option: { course: course("option") },
  PlannedCourse: { course: course("planned") },
  Plan: {
    courses: many(
      "entries",
      `SELECT plan_id AS owner, id, status, grade, course_id AS "courseId" FROM planned_courses
       WHERE plan_id = ANY($1) ORDER BY id`,
    ),
    target: one(
      "version",
      `SELECT id, program_id AS "programId" FROM program_versions WHERE id = ANY($1)`,
      "targetVersionId",
    ),
    totals: many(
      "totals",
      `SELECT p.id AS owner, x.view, x.credits, x.courses, x.requirements_touched AS "requirementsTouched",
         x.requirements_listing AS "requirementsListing"
       FROM plans p CROSS JOIN LATERAL plans_totals(p) x WHERE p.id = ANY($1)`,
    ),
  },
};

const resolvers = {
  Query: {
    course: async (_, { id }) => (await query("course", `SELECT ${COURSE} FROM courses WHERE id = $1`, [id]))[0],
    courses: (_, { institution, subject, first }) =>
      query(
        "courses",
        `SELECT ${COURSE} FROM courses WHERE institution_id = $1 AND subject = $2 ORDER BY code_key, id LIMIT $3`,
        [institution, subject, first],
      ),
    program: async (_, { id }) =>
      (await query("programs", `SELECT id, name, degree_type AS "degreeType" FROM programs WHERE id = $1`, [id]))[0],
    plan: async (_, { id }) =>
      (
        await query(
          "plan",
          `SELECT id, name, status, target_version_id AS "targetVersionId" FROM plans WHERE id = $1`,
          [id],
        )
      )[0],
  },
  Mutation: {
    createCourse: async (_, { institution, code, title, credits }) => {
      const [subject, number] = code.split(" ");
      const values = [institution, code, subject, number, [subject], Number(number[0]) * 1000, title, credits];
      const text = `INSERT INTO courses (institution_id, code, subject, number, code_key, subjects, level, title,
        credits_min, credits_max, attributes) VALUES ($1, $2, $3, $4, $2, $5, $6, $7, $8, $8, '{}') RETURNING ${COURSE}`;
      return (await query("create", text, values))[0];
    },
  },
};

const app = Fastify({ logger: false });
const schema = readFileSync(new URL("../plain.graphql", import.meta.url), "utf8");
await app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(`listening on ${app.server.address().port}`);
process.on("SIGTERM", () => process.exit(0));

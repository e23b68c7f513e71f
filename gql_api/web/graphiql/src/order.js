// The order of the examples: the way of somebody who is new here, from what can be read at once to what needs a token.

export const ORDER = [
  'institutions',
  'course_search',
  'course_detail',
  'transfer_status',
  'transfer_options',
  'articulate',
  'program_requirements',
  'what_if',
  'create_plan',
  'open_plan',
  'add_courses',
  'plan_workspace',
  'plan_outlook',
  'create_course',
  'server',
];

function place(name) {
  const index = ORDER.indexOf(name);
  return index < 0 ? ORDER.length : index;
}

// What `ORDER` does not name comes last, by its name.
export function ordered(names) {
  return [...names].sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

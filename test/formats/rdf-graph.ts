/** Turtle in, its statements out in a form in which equal graphs are equal: what a blank node says stands in its place. */
import { Parser, type Term } from 'n3';

/** @throws Error where it is no Turtle. Graphs whose blank nodes refer to each other in circles are not compared. */
export function statementsOf(turtle: string): string[] {
  const quads = new Parser({ format: 'Turtle' }).parse(turtle);
  const about = new Map<string, { predicate: string; object: Term }[]>();
  for (const { subject, predicate, object } of quads) {
    const known = about.get(subject.value) ?? [];
    about.set(subject.value, known);
    known.push({ predicate: predicate.value, object });
  }
  const said = (term: Term): string => {
    if (term.termType === 'Literal') return `${JSON.stringify(term.value)}^^${term.datatype.value}`;
    if (term.termType !== 'BlankNode') return `<${term.value}>`;
    return `[${(about.get(term.value) ?? []).map(({ predicate, object }) => `${predicate} ${said(object)}`).sort().join('; ')}]`;
  };
  const inner = new Set(quads.flatMap(({ object }) => (object.termType === 'BlankNode' ? [object.value] : [])));
  return [...about].filter(([subject]) => !inner.has(subject)).flatMap(([subject, rows]) => rows.map(({ predicate, object }) => `${quads.find((quad) => quad.subject.value === subject)!.subject.termType === 'BlankNode' ? '[]' : `<${subject}>`} ${predicate} ${said(object)}`)).sort();
}

/** A reference parameter in, the chains over it out, with values that the resources referred to have. https://hl7.org/fhir/R4/search.html#chaining */
import { localReference } from '../../../core/fhir';
import { escapeValue } from '../../../search/escaping';
import type { SearchParameterDefinition } from '../../../search/types';
import type { Chooser } from '../../choose/chooser';
import { withDecoy, type Decoy } from '../../choose/decoy';
import type { ParameterView } from '../../choose/parameter-view';
import { codeValue, distinct, realTokens, systemCodeValue } from '../../choose/values';
import type { TestContext } from '../../context';
import type { Pair } from '../../gather/query';
import { targetsOf } from './reference-targets';
import { viewOf, type Pick } from './shape';
import { divideOrAny } from './token';

/** Parameters that make good ends of chains, the most telling first. */
export const CHAINED = ['identifier', 'name', 'family', 'code', 'status', 'connection-type', 'type', 'gender'];

/** The chain that divides the data best; where its end is in other types too, with a value of theirs. */
export function chain(view: ParameterView, chooser: Chooser, context: TestContext, ends: (type: string) => readonly string[]): Pick {
  const picked = divideOrAny(chooser, chainCandidates(view, context, ends), `two ${view.type} resources that refer in ${view.definition.code} to known resources which differ`);
  return 'needed' in picked ? picked : { ...picked, ...withDecoy(picked.pairs, chooser, otherTypes(view, context, picked.pairs[0]?.[0] ?? '')) };
}

/** What the same chain finds in targets of other types: where the type in it is passed over, their referrers come too. */
function otherTypes(view: ParameterView, context: TestContext, name: string): Decoy[] {
  const [, step = '', type = '', end = ''] = /^([^:.]+):([A-Za-z]+)\.(.+)$/.exec(name) ?? [];
  const others = chainCandidates(view, context, (other) => (other !== type && context.definitions.find(other, end) !== undefined ? [end] : []));
  return step === '' ? [] : others.flatMap(([pair]) => (pair === undefined ? [] : [{ value: pair[1], misread: pair }]));
}

/** Chains of one step from a reference parameter, each with a value that a resource referred to has. */
export function chainCandidates(view: ParameterView, context: TestContext, ends: (type: string) => readonly string[]): Pair[][] {
  const targets = targetsOf(view, context);
  const name = view.definition.code;
  const several = view.definition.target.length !== 1;
  const candidates: Pair[][] = [];
  for (const type of distinct(targets.map(({ resourceType }) => resourceType))) {
    for (const end of ends(type)) {
      const definition = context.definitions.find(type, end);
      if (definition === undefined || (end !== '_id' && !context.declared.searchParam(type, end))) continue;
      const holders = new Set(targets.flatMap((target) => localReference(target) ?? []));
      for (const value of endValues(context, definition, type, holders)) candidates.push([[several ? `${name}:${type}.${end}` : `${name}.${end}`, value]]);
    }
  }
  return candidates;
}

/** Values of the chain's last parameter in the resources referred to. */
function endValues(context: TestContext, definition: SearchParameterDefinition, type: string, holders: ReadonlySet<string>): string[] {
  const view = viewOf(context, type, definition);
  if (definition.type === 'token') {
    // The system of a bare code or boolean is not in the data, and a server that wants it left out still chains rightly.
    const bare = new Set(['id', 'code', 'boolean']);
    const write = (token: Parameters<typeof codeValue>[0]) => (token.system === undefined || bare.has(token.kind) ? codeValue(token) : systemCodeValue(token));
    return distinct(realTokens(view).filter(({ holder }) => holders.has(holder)).map(({ token }) => write(token)));
  }
  return distinct(view.texts.filter(({ holder }) => holders.has(holder)).map(({ text }) => escapeValue(text)));
}

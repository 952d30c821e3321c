/** The posting of token parameters: by code and by system, case aside. */
import type { TokenValue } from '../match/token';
import type { SearchValue } from '../types';
import { keyed } from './keyed';
import type { Searchable } from './posting';

export function tokens(): Searchable {
  return keyed(tokenKeys, tokenLookup);
}

/** Contact points may be matched loosely, bare codes and booleans may have any system: these are always looked at. */
function tokenKeys(value: unknown): readonly string[] {
  const { kind, code, system } = value as TokenValue;
  const keys = kind === 'contact' ? ['contact'] : code === undefined ? [] : [`c ${code.toLowerCase()}`];
  if (system !== undefined) keys.push(`s ${system.toLowerCase()}`);
  else if (kind === 'code' || kind === 'boolean') keys.push('bare');
  return keys;
}

function tokenLookup({ parts }: SearchValue, modifier: string | undefined): readonly string[] | undefined {
  if (modifier === 'of-type') return [`c ${(parts[2] ?? '').toLowerCase()}`];
  if (modifier !== undefined) return undefined;
  const [first = '', second] = parts;
  if (second === '') return [`s ${first.toLowerCase()}`, 'bare'];
  const code = (second ?? first).toLowerCase();
  return [`c ${code}`, `c ${code.replace(/^urn:oid:/, '')}`, 'contact'];
}

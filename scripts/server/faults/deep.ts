/** Faults of chains, reverse chains and parameters of every type where several things come together. */
import type { Pairs } from '../query-string';
import { rule, type FaultRow } from './row';
import { isFilter, searchingFor, splitOr } from './rewriting';

const isChain = (name: string) => !name.startsWith('_has:') && name.includes('.');
const isReverse = (name: string) => name.startsWith('_has:');
/** Beside parameters of one kind all others are passed over. */
const alone = (chosen: (name: string) => boolean) => searchingFor((pairs) => (pairs.some(([name]) => chosen(name)) ? pairs.filter(([name]) => !isFilter(name) || chosen(name)) : pairs));
/** A parameter is passed over where there is another one. */
const lost = (chosen: (name: string) => boolean) => searchingFor((pairs) => (pairs.some(([name]) => isFilter(name) && !chosen(name)) ? pairs.filter(([name]) => !chosen(name)) : pairs));
const firstOf = (chosen: (name: string) => boolean, pairs: Pairs) => pairs.filter((pair) => !chosen(pair[0]) || pair === pairs.find(([name]) => chosen(name)));
const firstValue = (chosen: (name: string) => boolean) => searchingFor((pairs) => pairs.map(([name, value]) => [name, chosen(name) ? (splitOr(value)[0] ?? value) : value]));

export const DEEP_FAULTS: readonly FaultRow[] = [
  { id: 'chain-second-step-ignored', group: 'reference', does: 'A chain over two references is passed over.', breaks: rule('chain'), override: searchingFor((pairs) => pairs.filter(([name]) => isReverse(name) || name.split('.').length < 3)) },
  { id: 'chain-first-value-only', group: 'reference', does: 'Of several values at the end of a chain only the first counts.', breaks: rule('chain'), override: firstValue(isChain) },
  { id: 'has-first-value-only', group: 'reference', does: 'Of several values at the end of a reverse chain only the first counts.', breaks: rule('has'), override: firstValue(isReverse) },
  { id: 'chains-first-only', group: 'combination', does: 'Of several chains only the first counts.', breaks: rule('and'), override: searchingFor((pairs) => firstOf(isChain, pairs)) },
  { id: 'chain-counts-alone', group: 'combination', does: 'Beside a chain the other parameters are passed over.', breaks: rule('and'), override: alone(isChain) },
  { id: 'has-first-only', group: 'combination', does: 'Of several reverse chains only the first counts.', breaks: rule('and'), override: searchingFor((pairs) => firstOf(isReverse, pairs)) },
  { id: 'has-counts-alone', group: 'combination', does: 'Beside a reverse chain the other parameters are passed over.', breaks: rule('and'), override: alone(isReverse) },
  { id: 'has-in-chain-ignored', group: 'reference', does: 'A reverse chain at the end of a chain is passed over.', breaks: rule('has'), override: searchingFor((pairs) => pairs.filter(([name]) => !name.includes('._has:'))) },
  { id: 'has-in-has-ignored', group: 'reference', does: 'A reverse chain within a reverse chain is passed over.', breaks: rule('has'), override: searchingFor((pairs) => pairs.filter(([name]) => !name.includes(':_has:'))) },
  { id: 'id-counts-alone', group: 'combination', does: 'Beside _id the other parameters are passed over.', breaks: rule('and'), override: alone((name) => name === '_id') },
  { id: 'last-updated-lost-beside-others', group: 'combination', does: '_lastUpdated is passed over beside other parameters.', breaks: rule('and'), override: lost((name) => name === '_lastUpdated') },
];

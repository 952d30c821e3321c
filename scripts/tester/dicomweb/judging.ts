/** Short forms of what DICOMweb tests say of answers. */
import type { Exchange } from '../../core/result';
import { failedToAsk, fail, info, notDeclared, pass, warn } from '../judge/judgements';
import type { Judgement } from '../test-case';
import type { DicomwebContext } from './context';
import type { ArchiveInstance, ArchiveSeries, ArchiveStudy } from './harvest';
import { statusInWords, unanswered, whyUnanswered } from './read-answer';

/** A judgement already made where the answer cannot be what the test is about; else undefined. */
export function unusable(exchange: Exchange): Judgement | undefined {
  if (unanswered(exchange)) return failedToAsk(`The server does not answer: ${whyUnanswered(exchange)}.`, exchange);
  if ((exchange.response?.status ?? 0) >= 500 && exchange.response?.status !== 501) return { ...fail(`${exchange.request.url} is answered by ${statusInWords(exchange)}.`, exchange), requirement: 'dicomweb:no-server-error' };
  return undefined;
}

/** The service, or this form of it, is not there: 404, 405, 406, 501. */
export function absent({ response }: Exchange): boolean {
  return [404, 405, 406, 410, 501].includes(response?.status ?? 0);
}

export function notOffered(what: string, exchange: Exchange): Judgement {
  return notDeclared(`The server does not offer ${what}: ${statusInWords(exchange)}.`, exchange);
}

/** A request that must be refused: a success fails, the right status passes, another refusal is a warning. */
export function refusal(exchange: Exchange, right: readonly number[], what: string): Judgement {
  const broken = unusable(exchange);
  if (broken !== undefined) return broken;
  const status = exchange.response?.status ?? 0;
  if (right.includes(status)) return pass(`${what} is answered by ${status}.`, exchange);
  if (status >= 400) return warn(`${what} is answered by ${statusInWords(exchange)}, not by ${right.join(' or ')}.`, exchange);
  return fail(`${what} is answered by ${status}, not refused by ${right.join(' or ')}.`, exchange);
}

/**
 * A request that accepts nothing that is there. Section 8.7.8.1 ends in "return a 406", while table 8.7.3-1 lets a default media type be
 * returned where none of the acceptable ones is supported: an answer all the same is a warning, and so is another refusal.
 */
export function notAcceptable(exchange: Exchange, what: string): Judgement {
  const judged = refusal(exchange, [406], what);
  return judged.verdict === 'fail' && (exchange.response?.status ?? 0) < 400 ? { ...judged, verdict: 'warn' } : judged;
}

/** Expected and found UIDs. @param rest may be there or not */
export function sameUids(what: string, expected: readonly string[], actual: readonly string[], exchange: Exchange): Judgement {
  const missing = expected.filter((uid) => !actual.includes(uid));
  const extra = actual.filter((uid) => !expected.includes(uid));
  if (missing.length + extra.length === 0) return pass(`${what}: ${expected.length} as expected.`, exchange);
  const says = [...(missing.length > 0 ? [`${missing.length} missing (${missing.slice(0, 3).join(', ')})`] : []), ...(extra.length > 0 ? [`${extra.length} that do not belong there (${extra.slice(0, 3).join(', ')})`] : [])];
  return { ...fail(`${what}: ${says.join(', ')}.`, exchange), expected: [...expected].sort(), actual: [...actual].sort() };
}

/** The worst judgement of several; without any, undefined. */
export function worst(judgements: readonly (Judgement | undefined)[]): Judgement | undefined {
  const order: readonly Judgement['verdict'][] = ['fail', 'error', 'warn', 'info', 'pass', 'not-declared', 'no-data'];
  return judgements.filter((one): one is Judgement => one !== undefined).sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))[0];
}

export interface PlacedInstance {
  readonly study: ArchiveStudy;
  readonly series: ArchiveSeries;
  readonly instance: ArchiveInstance;
}

/** One instance of each SOP class of the sample, then of further series, at most so many. */
export function differentInstances({ studies }: Pick<DicomwebContext, 'studies'>, most: number, fits: (sopClass: string) => boolean = () => true): PlacedInstance[] {
  const byClass = new Map<string, PlacedInstance>();
  const others: PlacedInstance[] = [];
  for (const study of studies) for (const series of study.series) {
    const instance = series.instances.find(({ sopClass = '' }) => fits(sopClass));
    if (instance === undefined) continue;
    const { sopClass = '' } = instance;
    if (byClass.has(sopClass)) others.push({ study, series, instance });
    else byClass.set(sopClass, { study, series, instance });
  }
  return [...byClass.values(), ...others].slice(0, most);
}

export { fail, info, pass, warn };

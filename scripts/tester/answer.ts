/** Reading a recorded answer: an exchange in, its JSON, resource or trouble out; each body is parsed once. */
import { isBundle, isOperationOutcome, isResource, type Bundle, type OperationOutcome, type OperationOutcomeIssue, type Resource } from '../core/fhir';
import { withArticle } from '../core/grammar';
import { DEEPEST, inWords, isTooDeep } from '../core/json';
import type { Exchange } from '../core/result';
import { redirectTarget } from './http/client';
import { wellTyped } from './well-typed';

/** A body as JSON, or why it is none. */
export type ParsedBody = { json: unknown; problem?: undefined } | { json?: undefined; problem: string };

const parsed = new WeakMap<Exchange, ParsedBody>();

/** The answer's body as JSON; parsed once for each exchange, however many tests look at it. */
export function bodyOf(exchange: Exchange): ParsedBody {
  const known = parsed.get(exchange);
  if (known !== undefined) return known;
  const body = parseBody(exchange);
  parsed.set(exchange, body);
  return body;
}

/** Bodies by their text: what was parsed once need not be again. */
export interface Bodies {
  of(text: string, parse: () => ParsedBody): ParsedBody;
}

/** Parses the answer's body with what others have parsed before; what is found in it must then not be changed. */
export function parseShared(exchange: Exchange, bodies: Bodies): void {
  const { response } = exchange;
  if (response !== undefined && response.truncatedAt === undefined) parsed.set(exchange, bodies.of(response.body, () => parseBody(exchange)));
}

function parseBody({ response, error }: Exchange): ParsedBody {
  if (response === undefined) return { problem: error ?? 'there was no answer' };
  if (response.truncatedAt !== undefined) return { problem: `the answer is longer than the limit of ${megabytes(response.truncatedAt)} and was cut there` };
  if (response.body.trim() === '') return { problem: 'the answer has no body' };
  if (isTooDeep(response.body)) return { problem: `the answer goes deeper than ${DEEPEST} levels of lists and objects, to which it is read` };
  try {
    // A byte order mark must not be sent, and may be passed over: https://www.rfc-editor.org/rfc/rfc8259#section-8.1
    return { json: JSON.parse(response.body.charCodeAt(0) === BYTE_ORDER_MARK ? response.body.slice(1) : response.body) as unknown };
  } catch (error_) {
    if (looksLikeHtml(response.body)) return { problem: 'the answer is a web page (HTML), not FHIR' };
    // "FHIR uses UTF-8 for all request and response bodies": https://hl7.org/fhir/R4/http.html#mime-type
    if (response.body.slice(0, 8).includes('\0')) return { problem: 'the answer is not JSON in UTF-8 (it has zero bytes, as text in UTF-16 and UTF-32 has)' };
    if (response.body.trimStart().startsWith('<')) return { problem: 'the answer is XML, though JSON was asked for' };
    return { problem: `the answer is not JSON (${error_ instanceof Error ? error_.message : String(error_)})` };
  }
}

export const BYTE_ORDER_MARK = 0xfeff;

/** A number of bytes as a person says it. */
export function megabytes(bytes: number): string {
  return bytes >= 1_000_000 ? `${Math.round(bytes / 1_000_000)} MB` : `${Math.round(bytes / 1000)} kB`;
}

/** True for a body that begins as a web page does. */
export function looksLikeHtml(body: string): boolean {
  return /^\s*(<!doctype html|<html|<head|<body)/i.test(body.slice(0, 500));
}

/** The resource in the body, if it is one; id and meta are what their types say. */
export function resourceOf(exchange: Exchange): Resource | undefined {
  const { json } = bodyOf(exchange);
  return isResource(json) ? wellTyped(json) : undefined;
}

export function bundleOf(exchange: Exchange): Bundle | undefined {
  const { json } = bodyOf(exchange);
  return isBundle(json) ? json : undefined;
}

export function outcomeOf(exchange: Exchange): OperationOutcome | undefined {
  const { json } = bodyOf(exchange);
  return isOperationOutcome(json) ? json : undefined;
}

/** The issues of an OperationOutcome in the body, as far as they are well-formed. */
export function issuesOf(exchange: Exchange): OperationOutcomeIssue[] {
  const issues: unknown = outcomeOf(exchange)?.issue;
  return Array.isArray(issues) ? issues.filter((issue): issue is OperationOutcomeIssue => typeof issue === 'object' && issue !== null) : [];
}

/** `a Bundle of type "x"`, whatever stands there. */
export function bundleInWords({ type }: { type?: unknown }): string {
  return type === undefined ? 'a Bundle without a type' : `a Bundle of type ${inWords(type)}`;
}

/** 2xx. */
export function succeeded(exchange: Exchange): boolean {
  const status = exchange.response?.status ?? 0;
  return status >= 200 && status < 300;
}

/** There is no such resource, or no longer. */
export function isGone(exchange: Exchange): boolean {
  return [404, 410].includes(exchange.response?.status ?? 0);
}

/** The server, or what stands before it, cannot answer at present: this says nothing of what it would answer. */
export function notNow(exchange: Exchange): boolean {
  return [429, 502, 503, 504].includes(exchange.response?.status ?? 0);
}

/** The user's rights do not suffice. */
export function denied(exchange: Exchange): boolean {
  return [401, 403].includes(exchange.response?.status ?? 0);
}

/**
 * 4xx: the server refuses; so does 501, "does not support the functionality required" (https://www.rfc-editor.org/rfc/rfc9110#section-15.6.2).
 * Any other 5xx is a breakdown.
 */
export function refused(exchange: Exchange): boolean {
  const status = exchange.response?.status ?? 0;
  return (status >= 400 && status < 500) || status === 501;
}

/**
 * 5xx with an OperationOutcome that says why: R4 lets a search that cannot be executed fail so ("other 4xx and 5xx codes signify that some sort of error has
 * occurred", https://hl7.org/fhir/R4/search.html#errors), and the rejection of a body ("without being deemed non-conformant", https://hl7.org/fhir/R4/http.html#rejecting-updates).
 */
export function failedWithOutcome(exchange: Exchange): boolean {
  return (exchange.response?.status ?? 0) >= 500 && !notNow(exchange) && issuesOf(exchange).length > 0;
}

/** The answer in few words: `200`, `400 (Unknown modifier :foo)`, `no answer: time-out`. */
export function answerInWords(exchange: Exchange): string {
  const { response, error } = exchange;
  if (response === undefined) return error?.startsWith('no answer') === true ? error : `no answer: ${error ?? 'unknown reason'}`;
  const elsewhere = redirectTarget(exchange);
  if (elsewhere !== undefined) return `${response.status} (a redirect to ${shorten(elsewhere, 160)})`;
  const issues = issuesOf(exchange);
  const issue = issues.find((item) => item.severity === 'error' || item.severity === 'fatal') ?? issues[0];
  const text: unknown = issue?.details?.text ?? issue?.diagnostics;
  return typeof text !== 'string' ? String(response.status) : `${response.status} (${shorten(text, 160)})`;
}

/** Why a body is not the resource that was due: `the answer is not JSON (...)`, `the answer is an OperationOutcome (Too old), not a Bundle`. */
export function otherThan(due: string, exchange: Exchange): string {
  const { problem } = bodyOf(exchange);
  if (problem !== undefined) return problem;
  const resource = resourceOf(exchange);
  if (resource === undefined) return `the answer is no FHIR resource (it has no resourceType), but ${withArticle(due)} was due`;
  const [, told = ''] = /^\d+( \(.*\))$/s.exec(answerInWords(exchange)) ?? [];
  return `the answer is ${withArticle(resource.resourceType)}${told}, not ${withArticle(due)}`;
}

/** The answer in few words where a resource was due: its status, and what is wrong with a body that came with 2xx. */
export function answerInsteadOf(due: string, exchange: Exchange): string {
  return succeeded(exchange) ? `${exchange.response?.status}, but ${otherThan(due, exchange)}` : answerInWords(exchange);
}

/** At most `length` characters of a text, on one line. */
export function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

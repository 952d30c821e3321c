/** One HTTP POST: the body sent whole, the answer read whole, within a time limit. */
import { request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Neither fetch (gives up after 300 s of silence) nor fhir-validator-wrapper's own call (30 s; splits characters where chunks
 * meet) fits a validator that may think for minutes.
 * @throws the signal's reason when it is aborted, else the connection's error
 */
export function post(url: string, contentType: string, body: string, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body, 'utf8');
    const call = request(url, { method: 'POST', agent: false, signal, headers: { 'Content-Type': contentType, 'Content-Length': bytes.length, Accept: 'application/fhir+json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => (response.complete ? resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }) : fail(new Error('the answer broke off'))));
    });
    const fail = (error: Error) => reject(signal.aborted ? (signal.reason as Error) : error);
    call.on('error', fail);
    call.end(bytes);
  });
}

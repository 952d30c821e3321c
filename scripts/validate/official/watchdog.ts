/** A process id in, a small companion out that ends that process when we are gone, however we went. */
import { spawn } from 'node:child_process';

/** Ends when its standard input does: by stop(), or with us. */
const PROGRAM = `process.stdin.on('end', () => { try { process.kill(Number(process.argv[1]), 'SIGKILL') } catch {} }).resume()`;

/** @returns the function that dismisses the companion; its process is ended too, if it still runs */
export function watchOver(pid: number): () => void {
  const companion = spawn(process.execPath, ['-e', PROGRAM, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  companion.on('error', () => undefined);
  companion.stdin.on('error', () => undefined);
  companion.unref();
  return () => companion.stdin.end();
}

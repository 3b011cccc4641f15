import { request as http } from 'node:http';
import { request as https, type RequestOptions } from 'node:https';
import { connect } from 'node:net';

/** Whether a TCP connection is accepted within a second. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Whether a GET answers 200 within two seconds. */
export function answers(url: string, options: RequestOptions = {}): Promise<boolean> {
  return new Promise((resolve) => {
    const get = url.startsWith('https:') ? https : http;
    const req = get(url, { timeout: 2000, agent: false, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    req.once('timeout', () => req.destroy());
    req.once('error', () => resolve(false));
    req.end();
  });
}

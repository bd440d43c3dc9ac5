// Addresses for servers that start later, or start again. They lie below the ports that the system lends to whoever
// connects somewhere: one of those may be taken by any connection of a browser in the meantime.
import net from 'node:net';

const [FIRST, LAST] = [12_000, 32_000];
const given = new Set();

const isFree = (port, host) => new Promise((resolve) => {
  const server = net.createServer().once('error', () => resolve(false));
  server.listen(port, host, () => server.close(() => resolve(true)));
});

/** Such as `127.0.0.1:23456`; given once. */
export async function freeAddress(host = '127.0.0.1') {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (!given.has(port) && given.add(port) && await isFree(port, host)) return `${host}:${port}`;
  }
}

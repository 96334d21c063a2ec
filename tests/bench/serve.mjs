// SPDX-License-Identifier: ISC
//
// What a few lines of node cost: serve.mjs PATH PORT BODY answers every request
// with the bytes of the file BODY.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";

const [path, port, file] = process.argv.slice(2);
const body = readFileSync(file);

function answer(request, response) {
	response.writeHead(200, {
		"Content-Type": "application/json",
		"Cache-Control": "no-store",
		"X-Content-Type-Options": "nosniff",
		"Content-Length": body.length,
	});
	response.end(body);
}

createServer(answer).listen(path);
createServer(answer).listen(Number(port), "127.0.0.1");

// Questions to the rehearsal server. What it refuses is an Error in its own words; a lost line is a TypeError.

export async function ask(path, body, method = body ? "POST" : "GET") {
  const form = body instanceof FormData;
  const headers = body && !form ? { "Content-Type": "application/json" } : {};
  const response = await fetch(path, { method, headers, body: body && !form ? JSON.stringify(body) : body });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `${response.status} ${path}`);
  return answer;
}

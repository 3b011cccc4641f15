const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Does work that ends well when somebody interrupts it: it is told by the signal, once, and ends itself. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    return await work(ending.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

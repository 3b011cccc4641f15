/**
 * Variables for a Go program. By default Go collects garbage each time the heap has doubled: a quarter of the time of
 * kube-apiserver, nearly all of it while definitions and policies come and go.
 *
 * @param memory From which on it collects as often as it has to, in Go's notation.
 */
export const collectingLess = (memory: string) => ({ GOGC: '200', GOMEMLIMIT: memory });

/** Whether the API server took what was written: of an error that is no refusal nobody knows. */
const isTaken =
  (refusal: RegExp) =>
  (writing: Promise<unknown>): Promise<boolean> =>
    writing.then(
      () => true,
      (error: Error) => {
        if (refusal.test(error.message)) return false;
        throw error;
      },
    );

/** Of a patch. */
export const isPatched = isTaken(/: 4(00|22) /);

/** Of a server-side apply, which the API server refuses with other codes where an object has not the fields of its kind. */
export const isApplied = isTaken(
  /: (400|422|500) .*(failed to create typed patch object|is invalid|strict decoding)/s,
);

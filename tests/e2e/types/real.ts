// The declarations against the real module: what one has and the other lacks must not type-check.
import type * as Declared from "../../../www/florin.js";
import type * as Real from "../../../www/florin.mjs";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

type DeclaredCheckout = ReturnType<ReturnType<typeof Declared.Florin>["checkout"]>;
type RealCheckout = ReturnType<ReturnType<typeof Real.Florin>["checkout"]>;

export const names: Same<keyof typeof Declared, keyof typeof Real> = true;
export const methods: Same<keyof DeclaredCheckout, keyof RealCheckout> = true;
export const code: Same<keyof Declared.FlorinIntegrationError, keyof Real.FlorinIntegrationError> = true;

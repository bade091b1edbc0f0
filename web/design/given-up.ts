/** The person closed the question for their passkey. That is an answer, not a fault: nothing more is said about it. */
export class ConfirmationGivenUp extends Error {}

import { MAX_TOKEN_LENGTH } from '../feishu/links/document-link.js'
import { excerpt, InputError, requiredInput, type InputReader } from '../runner/inputs.js'

// Today's user access tokens are JWTs; the token of a document may begin with the same letters, but is shorter.
const CREDENTIAL = /^(t-|u-|cli_|bearer\s)|^eyJ.{30}/i

/**
 * Reads the ticket of an export task.
 * @param mask called with the value if it looks like a credential, before it is refused
 * @throws InputError, with a special hint for a number that YAML converted to a double
 */
export function readTicket(read: InputReader, mask: (secret: string) => void): string {
  const ticket = requiredInput(read, 'ticket', "Give the create step's output: ${{ steps.create.outputs.ticket }}.")
  refuseCredential('ticket', ticket, 'the id of the export task', mask)
  if (/^\d+(\.\d+)?E\+?\d+$/i.test(ticket)) {
    throw new InputError(
      `Input \`ticket\` is ${excerpt(ticket)}: written without quotes in the workflow, the number lost its last digits. ` +
        "Quote it: ticket: '7143131813848813572'.",
    )
  }
  if (!/^[\w-]{1,64}$/.test(ticket)) {
    throw new InputError(
      `Input \`ticket\` is ${excerpt(ticket)}, which is no ticket: only digits, letters, - and _ may be in one, at most 64. ` +
        "Give the create step's output: ${{ steps.create.outputs.ticket }}.",
    )
  }
  return ticket
}

/** The name and the checks of an input for a token of a document, a file or a wiki page. */
export interface TokenRule {
  /** The name of the input. */
  readonly name: string
  /** What the input takes, as a phrase for messages: "the document's token". */
  readonly expected: string
  readonly pattern: RegExp
  /** The characters that `pattern` accepts, for messages. */
  readonly characters: string
  readonly maxLength: number
  /** The last sentence of a message. */
  readonly cure: string
  /** The last sentence for a link, if the token is a part of links. */
  readonly linkCure?: string
}

/**
 * Reads the token of a document, a file or a wiki page; refuses a credential, a link, and what does not follow the rule.
 * @param mask called with the value if it looks like a credential, before it is refused
 * @throws InputError
 */
export function readToken(read: InputReader, rule: TokenRule, mask: (secret: string) => void): string {
  const { name, expected, pattern, characters, maxLength, cure, linkCure = cure } = rule
  const token = requiredInput(read, name, cure)
  refuseCredential(name, token, expected, mask)
  if (/^https?:\/\//i.test(token)) {
    throw new InputError(`Input \`${name}\` is a link. ${linkCure}`)
  }
  if (!pattern.test(token)) {
    throw new InputError(
      `Input \`${name}\` is ${excerpt(token)}, which is not ${expected}: only ${characters} may be in one. ${cure}`,
    )
  }
  if (token.length > maxLength) {
    throw new InputError(
      `Input \`${name}\` has ${token.length} characters; ${expected} has at most ${maxLength}. ${cure}`,
    )
  }
  return token
}

/**
 * Refuses a value that looks like a credential, and masks it, since it may be one.
 * @param name the name of the input
 * @param expected what the input takes: "the document's token"
 * @throws InputError
 */
function refuseCredential(name: string, value: string, expected: string, mask: (secret: string) => void): void {
  if (!CREDENTIAL.test(value)) return
  mask(value)
  throw new InputError(
    `Input \`${name}\` looks like a credential (it is not shown here). It takes ${expected}; credentials go into` +
      ' `access-token`, or `app-id` and `app-secret`.',
  )
}

/** The rule for the token of the document that an export task exports. */
export const DOCUMENT_TOKEN: TokenRule = {
  name: 'token',
  expected: "the document's token",
  pattern: /^[\w-]+$/,
  characters: 'letters, digits, - and _',
  maxLength: MAX_TOKEN_LENGTH,
  cure: "Give the create step's output: ${{ steps.create.outputs.token }}.",
  linkCure: "Give the document's token alone, the last part of the link's path: .../docx/TOKEN.",
}

/**
 * What stands before the script for bash. The script makes its constants
 * `readonly`, which fails with a line for each when it is read again, or after
 * that of another program of the same making: here that is no error.
 */
export const BASH_BEGINNING =
  'readonly() { declare -gr "$@" 2>/dev/null || :; }';

/**
 * What the script for bash lacks: words of the line where the package
 * bash-completion is not installed, and names of files, for which bash itself
 * asks only if that is the default of the completion. The script turns the
 * default off where no file is wanted.
 */
export function bashEnding(name: string): string {
  return `
unset -f readonly
if ! type _get_comp_words_by_ref >/dev/null 2>&1; then
    _get_comp_words_by_ref() {
        words=("\${COMP_WORDS[@]}")
        cword=$COMP_CWORD
        cur=\${COMP_WORDS[COMP_CWORD]}
        prev=\${COMP_WORDS[COMP_CWORD-1]}
    }
fi
eval "$(complete -p ${name} | sed 's/^complete/& -o default/')"`;
}

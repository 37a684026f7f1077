using System.CommandLine;

namespace Trunkline.Commands;

/// <summary>Prints a script that completes our command line in a shell. The shell asks the program itself, so the script never grows old.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # trunkline completion bash: put this into your .bashrc:  source <(trunkline completion bash)
        _trunkline() {
          local word=${COMP_WORDS[COMP_CWORD]}
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "$COMP_LINE" 2>/dev/null)" -- "$word"))
          [ ${#COMPREPLY[@]} -gt 0 ] || compopt -o default 2>/dev/null
        }
        complete -F _trunkline trunkline ./trunkline
        """;

    private const string Zsh = """
        #compdef trunkline
        # trunkline completion zsh: put this into your .zshrc, behind compinit:  source <(trunkline completion zsh)
        _trunkline() {
          local -a words_found
          words_found=(${(f)"$("${words[1]}" "[suggest:${CURSOR}]" "$BUFFER" 2>/dev/null)"})
          if (( ${#words_found} )); then compadd -- "${words_found[@]}"; else _files; fi
        }
        compdef _trunkline trunkline ./trunkline
        """;

    private const string Fish = """
        # trunkline completion fish: trunkline completion fish > ~/.config/fish/completions/trunkline.fish
        function __trunkline_complete
          set -l line (commandline -cp)
          set -l words (commandline -opc)
          $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c trunkline -a "(__trunkline_complete)"
        """;

    public static Command Build(CommandFrame frame)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes this command line") { shell };
        command.SetAction(parsed =>
        {
            Console.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Well;
        });
        return command;
    }
}

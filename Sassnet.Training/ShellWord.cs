namespace Sassnet.Training;

/// <summary>Writes arguments into commands that are printed for people to run.</summary>
internal static class ShellWord
{
    /// <summary>An argument as a shell takes it for one, whatever it has in it.</summary>
    public static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-+,:@%".Contains(letter, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using System.Text;

namespace Sassnet.Training.Printing;

/// <summary>
/// The console without control characters: names of files and cases, and what else others wrote, may hold sequences by which a terminal changes its title, its
/// keys or what is shown of earlier lines. What is printed shows them as <c>\u001B</c>; files keep the names.
/// </summary>
internal static class PlainConsole
{
    /// <summary>The console's output as it is, for a line that is written over.</summary>
    public static TextWriter Terminal { get; private set; } = Console.Out;

    /// <summary>Has all that is printed from now on, errors too, go through this.</summary>
    public static void Begin()
    {
        Terminal = Console.Out;
        Console.SetOut(new Writer(Console.Out));
        Console.SetError(new Writer(Console.Error));
    }

    /// <summary>A text with its control characters shown.</summary>
    /// <param name="text">The text.</param>
    /// <param name="except">Those that stay.</param>
    public static string Shown(string text, string except = "")
    {
        return text.Any(IsShown) ? string.Concat(text.Select(letter => IsShown(letter) ? $"\\u{(int)letter:X4}" : $"{letter}")) : text;

        bool IsShown(char letter) => char.IsControl(letter) && !except.Contains(letter, StringComparison.Ordinal);
    }

    private sealed class Writer(TextWriter console) : TextWriter
    {
        // Messages have several lines, and help has columns.
        private const string Layout = "\n\t";

        public override Encoding Encoding => console.Encoding;

        public override void Write(char value) => console.Write(Shown($"{value}", Layout));

        public override void Write(char[] buffer, int index, int count) => console.Write(Shown(new string(buffer, index, count), Layout));

        public override void Write(ReadOnlySpan<char> buffer) => console.Write(Shown(new string(buffer), Layout));

        public override void Write(string? value) => console.Write(value is null ? null : Shown(value, Layout));

        // In one piece: processes of a training that end together write to one stream.
        public override void WriteLine(string? value) => console.WriteLine(value is null ? null : Shown(value, Layout));

        public override void Flush() => console.Flush();
    }
}

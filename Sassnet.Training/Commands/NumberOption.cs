using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Sassnet.Training.Commands;

/// <summary>An option that takes a number with decimals. The library itself would take a comma for a sign between thousands, and 0,5 for 5.</summary>
internal static class NumberOption
{
    public static Option<T> Create<T>(string name, string description, T usual)
        where T : struct, IFloatingPoint<T> =>
        new(name) { Description = description, DefaultValueFactory = _ => usual, CustomParser = result => Parse<T>(name, result).GetValueOrDefault() };

    public static Option<T?> Create<T>(string name, string description)
        where T : struct, IFloatingPoint<T> =>
        new(name) { Description = description, CustomParser = result => Parse<T>(name, result) };

    private static T? Parse<T>(string name, ArgumentResult result)
        where T : struct, IFloatingPoint<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        result.AddError($"{name} is '{text}'; accepted: a number, its decimals behind a point, such as 0.5.");
        return null;
    }
}

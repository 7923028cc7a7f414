using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Sassnet.Training.Importing;

/// <summary>
/// Reads one pickle, of protocol 0 to 5, as data alone: nothing that it names is looked for or called. What each opcode does is told by Python's <c>pickletools</c>.
/// Dictionaries become <see cref="Hashtable"/>, lists <see cref="ArrayList"/>, tuples arrays, whole numbers <see cref="long"/> or <see cref="BigInteger"/>; the state of objects is
/// passed over, and so are the elements of those that are filled as a list or a set.
/// </summary>
/// <param name="stream">Lies at the pickle's beginning, and afterwards behind its end; it can tell its length.</param>
internal abstract class PickleReader(Stream stream)
{
    private const int LastProtocol = 5;

    // Opcodes of protocol 2 and later, which are no letters.
    private const char Proto = '\u0080', NewObject = '\u0081', Extension1 = '\u0082', Extension2 = '\u0083', Extension4 = '\u0084', Tuple1 = '\u0085', Tuple2 = '\u0086', Tuple3 = '\u0087',
        True = '\u0088', False = '\u0089', Long1 = '\u008a', Long4 = '\u008b', ShortUnicode = '\u008c', Unicode8 = '\u008d', Bytes8 = '\u008e', EmptySet = '\u008f', AddItems = '\u0090',
        FrozenSet = '\u0091', NewObjectByName = '\u0092', StackGlobal = '\u0093', Memoize = '\u0094', Frame = '\u0095', ByteArray8 = '\u0096';

    private static readonly object Mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is no pickle, or is damaged.</exception>
    /// <exception cref="IOException">It is cut short, or cannot be read.</exception>
    /// <exception cref="FormatException">A number in it is none.</exception>
    public object? Read()
    {
        while ((char)Number(1) is var opcode && opcode != '.')
            Execute(opcode);
        return Pop();
    }

    /// <summary>What stands for what a class or function would give.</summary>
    protected abstract object? Construct(PickledClass called, object[] arguments);

    /// <summary>What stands for an object that lies outside of the pickle, by what names it there.</summary>
    protected abstract object? External(object? name);

    /// <summary>Gives a dictionary an item. What has None as its key is passed over: a <see cref="Hashtable"/> cannot hold it, and no tensor is named so.</summary>
    protected static void SetItem(Hashtable dictionary, object? key, object? value)
    {
        if (key is not null)
            dictionary[key] = value;
    }

    private static BigInteger Whole(string text) => BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static object Shortest(BigInteger number)
    {
        if (number < long.MinValue || number > long.MaxValue)
            return number;
        var shorter = (long)number;
        return shorter;
    }

    private static object TruthOrWhole(string text) => text is "00" or "01" ? text == "01" : Shortest(Whole(text));

    private static Hashtable Filled(Hashtable dictionary, object?[] items)
    {
        if (items.Length % 2 != 0)
            throw new InvalidDataException("A key in the pickle has no value.");
        for (var i = 0; i < items.Length; i += 2)
            SetItem(dictionary, items[i], items[i + 1]);
        return dictionary;
    }

    private void Execute(char opcode)
    {
        switch (opcode)
        {
            case Proto:
                if (Number(1) is var protocol && protocol > LastProtocol)
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The pickle is of protocol {protocol}; accepted: 0 to {LastProtocol}."));
                break;
            case Frame:
                Number(8);
                break;
            case '0':
                Pop();
                break;
            case '1':
                PopToMark();
                break;
            case 'p':
                _memo[(long)Whole(Line())] = Top();
                break;
            case 'q':
                _memo[(long)Number(1)] = Top();
                break;
            case 'r':
                _memo[(long)Number(4)] = Top();
                break;
            case Memoize:
                _memo[_memo.Count] = Top();
                break;
            case 'a':
                Extend([Pop()]);
                break;
            case 'e' or AddItems:
                Extend(PopToMark());
                break;
            case 's':
                var value = Pop();
                Fill([Pop(), value]);
                break;
            case 'u':
                Fill(PopToMark());
                break;
            case 'b':
                // An object's state. What its class would make of that is not known, and no tensor of a state dict has any that counts.
                Pop();
                break;
            default:
                _stack.Add(Value(opcode));
                break;
        }
    }

    // What an opcode puts on the stack.
    private object? Value(char opcode) => opcode switch
    {
        '(' => Mark,
        '2' => Top(),
        'g' => Recalled((long)Whole(Line())),
        'h' => Recalled((long)Number(1)),
        'j' => Recalled((long)Number(4)),

        'N' => null,
        True => true,
        False => false,
        'I' => TruthOrWhole(Line()),
        'L' => Shortest(Whole(Line().TrimEnd('L'))),
        'J' => (long)unchecked((int)Number(4)),
        'K' => (long)Number(1),
        'M' => (long)Number(2),
        Long1 => Shortest(new BigInteger(Bytes(Number(1)))),
        Long4 => Shortest(new BigInteger(Bytes(Number(4)))),
        'F' => double.TryParse(Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidDataException("A number in the pickle is none."),
        'G' => BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)),

        // Escaped characters in text of protocol 0 stay as they stand: PyTorch names no layer by them.
        'S' => Line().Trim('\'', '"'),
        'V' => Line(),
        'T' => Encoding.Latin1.GetString(Bytes(Number(4))),
        'U' => Encoding.Latin1.GetString(Bytes(Number(1))),
        'X' => Encoding.UTF8.GetString(Bytes(Number(4))),
        ShortUnicode => Encoding.UTF8.GetString(Bytes(Number(1))),
        Unicode8 => Encoding.UTF8.GetString(Bytes(Number(8))),
        'B' => Bytes(Number(4)),
        'C' => Bytes(Number(1)),
        Bytes8 or ByteArray8 => Bytes(Number(8)),

        ')' => Array.Empty<object?>(),
        Tuple1 => PopSeveral(1),
        Tuple2 => PopSeveral(2),
        Tuple3 => PopSeveral(3),
        't' => PopToMark(),
        ']' => new ArrayList(),
        'l' => new ArrayList(PopToMark()),
        '}' => new Hashtable(),
        'd' => Filled(new Hashtable(), PopToMark()),
        EmptySet => Constructed([new PickledClass("builtins", "set"), Array.Empty<object?>()]),
        FrozenSet => Constructed([new PickledClass("builtins", "frozenset"), PopToMark()]),

        'c' => new PickledClass(Line(), Line()),
        StackGlobal => PopSeveral(2) is [string module, string name] ? new PickledClass(module, name) : throw new InvalidDataException("A class in the pickle has no name."),
        Extension1 => Extension(1),
        Extension2 => Extension(2),
        Extension4 => Extension(4),
        'R' or NewObject => Constructed(PopSeveral(2)),
        NewObjectByName => Constructed(PopSeveral(3)),
        'o' => PopToMark() is [var called, .. var arguments] ? Constructed([called, arguments]) : throw new InvalidDataException("An object in the pickle has no class."),
        'i' => Constructed([new PickledClass(Line(), Line()), PopToMark()]),
        'P' => External(Line()),
        'Q' => External(Pop()),
        _ => throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The pickle has the opcode 0x{(int)opcode:X2}, which is none or takes what lies outside of the file.")),
    };

    // (class, arguments), and as the third the arguments by name; in the place of the class may stand what another object would have given.
    private object? Constructed(object?[] call) => call switch
    {
        [PickledClass known, object[] arguments, ..] => Construct(known, arguments),
        [PickledObject unknown, object[] _, ..] => new PickledObject(unknown.ClassName),
        _ => throw new InvalidDataException("What the pickle makes an object of is no class."),
    };

    // A class by its number in a registry that no file has.
    private PickledClass Extension(int size) => new("copyreg", string.Create(CultureInfo.InvariantCulture, $"extension {Number(size)}"));

    private void Extend(object?[] elements)
    {
        if (Top() is ArrayList list)
            list.AddRange(elements);
        else if (Top() is not PickledObject)
            throw new InvalidDataException("What the pickle fills as a list is none.");
    }

    private void Fill(object?[] items) => Filled(Top() as Hashtable ?? throw new InvalidDataException("What the pickle fills as a dictionary is none."), items);

    private object? Recalled(long place) => _memo.TryGetValue(place, out var found) ? found : throw new InvalidDataException("The pickle recalls what it never stored.");

    private object? Top() => _stack.Count > 0 ? _stack[^1] : throw new InvalidDataException("The pickle takes more objects than it has.");

    private object? Pop()
    {
        var top = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopSeveral(int count)
    {
        if (_stack.Count < count)
            throw new InvalidDataException("The pickle takes more objects than it has.");
        var popped = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return popped;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
            throw new InvalidDataException("The pickle goes back to a mark that it never made.");
        var popped = PopSeveral(_stack.Count - mark - 1);
        Pop();
        return popped;
    }

    // Unsigned, its lowest byte first.
    private ulong Number(int size)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        stream.ReadExactly(bytes[..size]);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    // No more than there are, however many a damaged file says.
    private byte[] Bytes(ulong count)
    {
        if (count > (ulong)Math.Min(stream.Length - stream.Position, Array.MaxLength))
            throw new EndOfStreamException("The pickle is cut short.");
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string Line()
    {
        var bytes = new List<byte>();
        while (Number(1) is var next && next != '\n')
            bytes.Add((byte)next);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}

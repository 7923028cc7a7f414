using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Nifti;

/// <summary>Turns a file's voxels into scaled floats, a chunk at a time; the types scans come in take vectorised paths.</summary>
internal sealed class VoxelDecoder(NiftiDataType type, bool bigEndian, NiftiScaling scaling)
{
    /// <summary>Decodes the voxels of a chunk.</summary>
    /// <param name="raw">The voxels as in the file; where the byte order is foreign it is turned in place. It may be the result's own memory for float32.</param>
    /// <param name="result">One float per voxel.</param>
    /// <returns>The position of the first voxel that is NaN or infinite, or −1.</returns>
    public int Decode(Span<byte> raw, Span<float> result)
    {
        if (bigEndian == BitConverter.IsLittleEndian)
            ReverseEndianness(raw);

        if (!scaling.IsSingle)
            DecodeExactly(raw, result);
        else
            DecodeVectorised(raw, result);

        var canBeNonFinite = type.IsFloatingPoint || !scaling.IsNone;
        return canBeNonFinite && !AllFinite(result) ? FirstNonFinite(result) : -1;
    }

    private void DecodeVectorised(Span<byte> raw, Span<float> result)
    {
        switch (type)
        {
            case NiftiDataType.UInt8:
                Widen(raw, result);
                break;
            case NiftiDataType.Int16:
                Widen(MemoryMarshal.Cast<byte, short>(raw), result);
                break;
            case NiftiDataType.UInt16:
                Widen(MemoryMarshal.Cast<byte, ushort>(raw), result);
                break;
            case NiftiDataType.Float32:
                MemoryMarshal.Cast<byte, float>(raw).CopyTo(result);
                break;
            default:
                DecodeExactly(raw, result);
                return;
        }

        if (!scaling.IsNone)
            Scale(result, (float)scaling.Slope, (float)scaling.Intercept);
    }

    /// <summary>Rounds once, from the scaled double; values beyond float's 24 bits lose nothing before that.</summary>
    private void DecodeExactly(Span<byte> raw, Span<float> result)
    {
        switch (type)
        {
            case NiftiDataType.UInt8:
                Convert<byte>(raw, result);
                break;
            case NiftiDataType.Int8:
                Convert<sbyte>(raw, result);
                break;
            case NiftiDataType.Int16:
                Convert<short>(raw, result);
                break;
            case NiftiDataType.UInt16:
                Convert<ushort>(raw, result);
                break;
            case NiftiDataType.Int32:
                Convert<int>(raw, result);
                break;
            case NiftiDataType.UInt32:
                Convert<uint>(raw, result);
                break;
            case NiftiDataType.Int64:
                Convert<long>(raw, result);
                break;
            case NiftiDataType.UInt64:
                Convert<ulong>(raw, result);
                break;
            case NiftiDataType.Float32:
                Convert<float>(raw, result);
                break;
            default:
                Convert<double>(raw, result);
                break;
        }
    }

    private void Convert<T>(Span<byte> raw, Span<float> result)
        where T : unmanaged, INumberBase<T>
    {
        var source = MemoryMarshal.Cast<byte, T>(raw)[..result.Length];
        if (scaling.IsNone)
        {
            for (var i = 0; i < source.Length; i++)
                result[i] = float.CreateTruncating(source[i]);
            return;
        }

        var (slope, intercept) = scaling;
        for (var i = 0; i < source.Length; i++)
            result[i] = (float)((double.CreateTruncating(source[i]) * slope) + intercept);
    }

    private static void Widen(ReadOnlySpan<byte> source, Span<float> result)
    {
        var i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var low, out var high);
            Store(low, result[i..]);
            Store(high, result[(i + Vector<ushort>.Count)..]);
        }

        for (; i < source.Length; i++)
            result[i] = source[i];
    }

    private static void Widen(ReadOnlySpan<ushort> source, Span<float> result)
    {
        var i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
            Store(new Vector<ushort>(source[i..]), result[i..]);
        for (; i < source.Length; i++)
            result[i] = source[i];
    }

    private static void Widen(ReadOnlySpan<short> source, Span<float> result)
    {
        var i = 0;
        for (; i <= source.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(source[i..]), out var low, out var high);
            Vector.ConvertToSingle(low).CopyTo(result[i..]);
            Vector.ConvertToSingle(high).CopyTo(result[(i + Vector<int>.Count)..]);
        }

        for (; i < source.Length; i++)
            result[i] = source[i];
    }

    private static void Store(Vector<ushort> values, Span<float> result)
    {
        Vector.Widen(values, out var low, out var high);
        Vector.ConvertToSingle(Vector.AsVectorInt32(low)).CopyTo(result);
        Vector.ConvertToSingle(Vector.AsVectorInt32(high)).CopyTo(result[Vector<int>.Count..]);
    }

    private static void Scale(Span<float> values, float slope, float intercept)
    {
        var slopes = new Vector<float>(slope);
        var intercepts = new Vector<float>(intercept);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            Vector.FusedMultiplyAdd(new Vector<float>(values[i..]), slopes, intercepts).CopyTo(values[i..]);
        for (; i < values.Length; i++)
            values[i] = MathF.FusedMultiplyAdd(values[i], slope, intercept);
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        // x − x is 0 for a finite x and NaN otherwise, and NaN stays in the sum.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(values[i..]);
            sum += value - value;
        }

        return Vector.EqualsAll(sum, Vector<float>.Zero) && FirstNonFinite(values[i..]) < 0;
    }

    private static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }

    private void ReverseEndianness(Span<byte> raw)
    {
        switch (type.ByteCount)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, short>(raw);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, int>(raw);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(raw);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}

using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>What <see cref="NiftiDataType"/> means for the bytes of a file.</summary>
internal static class NiftiDataTypes
{
    private const string Accepted = "accepted are int8 to int64, uint8 to uint64, float32 and float64";

    /// <summary>The type a header declares; a bitpix that is not the type's says nothing and is worth a warning.</summary>
    /// <exception cref="InvalidVolumeException">A type that is unknown or has several numbers per voxel.</exception>
    public static NiftiDataType Of(NiftiHeader header, List<Warning> warnings)
    {
        switch (header.DataType)
        {
            case 32 or 1792 or 2048:
                throw NiftiFault.NotServable("not-scalar", $"The voxels are complex numbers (datatype {header.DataType}); {Accepted}.");
            case 128 or 2304:
                throw NiftiFault.NotServable("not-scalar", $"The voxels are RGB colours (datatype {header.DataType}); {Accepted}.");
            case 1:
                throw NiftiFault.Unsupported("data-type", $"The voxels are single bits (datatype 1); {Accepted}.");
            case 1536:
                throw NiftiFault.Unsupported("data-type", $"The voxels are float128 (datatype 1536); {Accepted}.");
        }

        var type = (NiftiDataType)header.DataType;
        if (!Enum.IsDefined(type))
            throw NiftiFault.Unsupported("data-type", $"The datatype {header.DataType} is unknown; {Accepted}.");
        if (header.BitPix != type.ByteCount * 8)
            warnings.Add(new Warning("bitpix-differs", $"bitpix is {header.BitPix}, where datatype {header.DataType} has {type.ByteCount * 8} bits; the voxels are read by their datatype."));
        return type;
    }

    extension(NiftiDataType type)
    {
        /// <summary>Bytes per voxel.</summary>
        public int ByteCount => type switch
        {
            NiftiDataType.UInt8 or NiftiDataType.Int8 => 1,
            NiftiDataType.Int16 or NiftiDataType.UInt16 => 2,
            NiftiDataType.Int32 or NiftiDataType.UInt32 or NiftiDataType.Float32 => 4,
            _ => 8,
        };

        /// <summary>Whether a voxel can be NaN or infinite.</summary>
        public bool IsFloatingPoint => type is NiftiDataType.Float32 or NiftiDataType.Float64;
    }
}

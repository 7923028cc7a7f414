namespace Sassnet.Model.Nifti;

/// <summary>The data types of NIfTI that hold one real number per voxel; the values are the codes of nifti1.h.</summary>
internal enum NiftiDataType
{
    UInt8 = 2,
    Int16 = 4,
    Int32 = 8,
    Float32 = 16,
    Float64 = 64,
    Int8 = 256,
    UInt16 = 512,
    UInt32 = 768,
    Int64 = 1024,
    UInt64 = 1280,
}
